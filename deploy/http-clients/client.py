import sys
import urllib.error
import urllib.request

for line in sys.stdin:
    method, url, name, value, body = line.rstrip("\n").split("\t")
    data = body.encode() if body else None
    request = urllib.request.Request(url, data, {name: value} if name else {}, method=method)
    if body.startswith("{"):
        request.add_header("Content-Type", "application/json")
    try:
        answer = urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    print(answer.status, " ".join(answer.read().decode().splitlines()))
