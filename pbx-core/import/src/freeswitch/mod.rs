//! FreeSWITCH's formats: `json_cdr`, `xml_cdr`, `cdr_csv`.

pub(crate) mod cause;
mod document;
pub(crate) mod json;
pub(crate) mod record;
pub(crate) mod stream;
pub(crate) mod xml;
