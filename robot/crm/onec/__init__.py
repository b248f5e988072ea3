"""1C by its OData interface. Names differ in every configuration: all of them are settings. Not checked against 1C."""
