"""Our own CMAF writer: initialisation segments and fragments (ISO/IEC 23000-19, 14496-12)."""
