"""What both manifests and a plain transport stream become: frozen values on one timeline."""
