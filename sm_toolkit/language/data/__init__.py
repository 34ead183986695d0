"""What data is: values, the types they belong to, and how both print. No term here."""
