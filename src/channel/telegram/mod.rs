//! Purpose: Telegram.
