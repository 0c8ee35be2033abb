"""Tools and answers that are written as functions and classes: the JSON schemas that the SDKs make of them."""
