//! Purpose: the decisions about broadcasts, tried in many ways.
