"""VP9 in files (VP Codec ISO Media File Format Binding)."""

CODECS = "vp09.00.20.08.01.01.01.01.00"
# version 1; profile 0, level 2.0, 8 bit 4:2:0 colocated limited range, BT.709 throughout
VPCC = bytes([1, 0, 0, 0, 0, 20, 0x82, 1, 1, 1, 0, 0])
