--
-- PostgreSQL database dump
--

CREATE TABLE public.customer (
    id bigint NOT NULL,
    email character varying(100),
    fax text
);

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);

CREATE TABLE public.booking (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    state character varying(20) DEFAULT 'new'::character varying NOT NULL,
    CONSTRAINT booking_state_check CHECK (((state)::text = ANY ((ARRAY['new'::character varying, 'paid'::character varying])::text[])))
);

CREATE VIEW public.paid AS
 SELECT b.id,
    c.email
   FROM (public.booking b
     JOIN public.customer c ON ((c.id = b.customer_id)))
  WHERE ((b.state)::text = 'paid'::text);

--
-- PostgreSQL database dump complete
--
