from django.db import models


class Customer(models.Model):
    email = models.EmailField(null=True)
    phone = models.CharField(max_length=20, default="")


class Booking(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    capacity = models.IntegerField(default=1)
