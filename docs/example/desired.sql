CREATE TABLE customer (
    id bigint PRIMARY KEY,
    email varchar(255)
);

CREATE TABLE booking (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer,
    state varchar(20) NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid')),
    capacity integer NOT NULL DEFAULT 1
);

CREATE VIEW paid AS
SELECT b.id, c.email FROM booking b JOIN customer c ON c.id = b.customer_id WHERE b.state = 'paid';
