"""The seed's nine pictures, from an ordinary network to a recurrent cell."""
