"""Exit code 0 while the robot of this container answers /healthz. No import of the product: that takes a second."""

import http.client
import os
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["ZVONAR_WEB__PORT"]), timeout=5)
connection.request("GET", "/healthz")
sys.exit(connection.getresponse().status != http.HTTPStatus.OK)
