//! E-utilities: the XML reader, the client, and a service over local PubMed XML.

pub mod client;
pub mod service;
pub mod xml;
