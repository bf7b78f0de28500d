"""Records of this slice as FHIR R4 resources: pure functions, no network."""
