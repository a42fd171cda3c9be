"""What the tests share. The fixtures `simulated_tenant` and `entra_client` come from the package's own plugin."""
