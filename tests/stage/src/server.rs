//! A real `pbx-core` on a port and in a folder of its own.
