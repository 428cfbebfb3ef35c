"""Containers in, one Matroska stream out: demuxing, decryption and our own writer."""
