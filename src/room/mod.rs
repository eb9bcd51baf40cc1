//! The Room API client: discovery, session, methods, events, state. Knows neither audio nor grammars.
