"""Runs a program that serves with http.server. It gets a free port and a certificate, and the port is printed."""

import http.server
import runpy
import ssl
import sys

program, certificate, key = sys.argv[1:]


class TlsServer(http.server.ThreadingHTTPServer):
    def __init__(self, _, handler):
        super().__init__(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        print("port", self.server_port)


http.server.ThreadingHTTPServer = TlsServer
runpy.run_path(program, run_name="__main__")
