//! Saved questions at the level of bytes: damaged ones, and those of a newer version.
