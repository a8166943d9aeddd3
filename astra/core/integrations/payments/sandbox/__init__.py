"""The provider that runs offline."""
