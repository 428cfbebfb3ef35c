"""What bytes of several rooms are made of: transport packets and their tables, boxes, XML."""
