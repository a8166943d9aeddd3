"""How the product is packed and run elsewhere: images, compose, charts."""
