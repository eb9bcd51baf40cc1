//! A Room API terminal without a screen, for demo, tests and integrators. Knows nothing of the client.
