"""MPEG-DASH (ISO/IEC 23009-1): MPDs and their segment indexes read into Presentations."""
