"""The document signer: a process of its own, the only one that holds private keys of certificates. Serves no page."""
