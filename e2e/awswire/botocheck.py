"""Calls every operation that botocore knows on the edge at ECHO_URL, with every member filled, and compares
what each side decoded with what the other one sent. Prints what differs and exits 1 when anything does."""
import base64
import datetime
import json
import os
import sys
import urllib.request

import botocore.config
import botocore.session

URL = os.environ["ECHO_URL"]
SERVICES = ["cognito-idp", "cognito-identity", "sts", "iam", "sso-admin", "identitystore", "organizations", "rolesanywhere", "sso", "sso-oidc"]
count = 0
header_safe = False  # members that travel in headers take no odd characters


def fill(shape, seen, path):
    global count
    kind = shape.type_name
    if kind == "structure":
        if seen.get(shape.name, 0) >= 2:
            return {}
        seen = dict(seen)
        seen[shape.name] = seen.get(shape.name, 0) + 1
        members = list(shape.members.items())
        if getattr(shape, "is_tagged_union", False):
            members = members[:1]
        if getattr(shape, "is_document_type", False):
            return {"a": "é", "n": 1.5, "l": [True, None]}
        return {k: fill(v, seen, path + "." + k) for k, v in members}
    if kind == "list":
        if seen.get(shape.member.name, 0) >= 2:
            return []
        return [fill(shape.member, seen, path), fill(shape.member, seen, path)]
    if kind == "map":
        keys = shape.key.enum[:2] if shape.key.enum else ["key 0.é&", "key1"]
        return {k: fill(shape.value, seen, path) for k in keys}
    count += 1
    if kind == "string":
        if shape.enum:
            return shape.enum[0]
        if header_safe:
            return "tok%d" % count
        return "%s #%d é✓ %%&<>\"'+=/?;\\ 日" % (path.split(".")[-1], count)
    if kind in ("integer", "long"):
        return 1000 + count
    if kind in ("double", "float"):
        return count + 0.25
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return datetime.datetime.fromtimestamp(1700000000 + count, datetime.timezone.utc)
    if kind == "blob":
        return bytes([0, 1, 251, 255, count % 256])
    raise AssertionError(kind)


def of_python(v, shape):
    if shape is None:
        return v
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return v
        return {k.lower(): of_python(x, shape.members[k]) for k, x in v.items() if k in shape.members}
    if kind == "list":
        return [of_python(x, shape.member) for x in v]
    if kind == "map":
        return {k: of_python(x, shape.value) for k, x in v.items()}
    if kind == "timestamp":
        return ("ms", round(v.timestamp() * 1000))
    if kind == "blob":
        return ("b64", base64.b64encode(v).decode())
    return v


def of_go(v, shape):
    if shape is not None and shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        names = {k.lower(): k for k in shape.members}
        return {k.lower().rstrip("_"): of_go(x, shape.members.get(names.get(k.lower().rstrip("_")))) for k, x in v.items()}
    if isinstance(v, dict):
        if "$ms" in v:
            return ("ms", v["$ms"])
        if "$b64" in v:
            return ("b64", v["$b64"])
        if shape is not None and shape.type_name == "map":
            return {k[1:]: of_go(x, shape.value) for k, x in v.items()}
        return v
    if isinstance(v, list):
        return [of_go(x, shape.member if shape is not None else None) for x in v]
    return v


def diff(a, b, path=""):
    """What differs; a member that one side lacks is a pair (path, side)."""
    if isinstance(a, dict) and isinstance(b, dict):
        out = []
        for k in sorted(set(a) | set(b), key=str):
            if k not in a:
                out.append((path + "." + k, "only in Go"))
            elif k not in b:
                out.append((path + "." + k, "only in botocore"))
            else:
                out += diff(a[k], b[k], path + "." + k)
        return out
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [x for i in range(len(a)) for x in diff(a[i], b[i], path + "[%d]" % i)]
    return [] if a == b else [(path, "%r != %r" % (a, b))]


def known(path, shape):
    """Whether botocore's model has the member at path: it or the SDK may be newer than the other."""
    if shape is None:
        return False
    for part in path.replace("[", " [").replace(".", " .").split():
        if part.startswith("["):
            shape = shape.member
        elif shape.type_name == "map":
            shape = shape.value
        else:
            members = {k.lower(): v for k, v in shape.members.items()}
            if part[1:] not in members:
                return False
            shape = members[part[1:]]
    return True


# What botocore's models have and the pinned Go modules have not yet: the gap, known to the last member.
EXPECTED = json.load(open("newer.json"))
gap = set()


def check(client, service, op):
    om = client.meta.service_model.operation_model(op)
    params = fill(om.input_shape, {}, op) if om.input_shape else {}
    try:
        out = client._make_api_call(op, params)
    except Exception as e:
        if "UnknownOperation" in str(e) or "InvalidAction" in str(e):
            gap.add(service + " " + op)
            return None
        return ["call: " + str(e)[:300]]
    last = json.load(urllib.request.urlopen(URL + "/_last"))
    if not last:
        return ["the edge saw nothing"]
    if last["op"] != service + ":" + op:
        return ["went to " + last["op"]]
    sent = of_python(params, om.input_shape) if om.input_shape else {}
    bad = []
    for path, what in diff(sent, of_go(last["in"], om.input_shape)):
        if what == "only in botocore":
            gap.add(service + " " + op + path)
        else:
            bad.append("in%s %s" % (path, what))
    out.pop("ResponseMetadata", None)
    got = of_python(out, om.output_shape) if om.output_shape else {}
    for path, what in diff(got, of_go(last["out"], om.output_shape)):
        if what == "only in Go" and not known(path, om.output_shape):
            continue
        bad.append("out%s %s" % (path, what))
    return bad


failed = 0
session = botocore.session.Session()
for service in SERVICES:
    client = session.create_client(
        service, region_name="us-east-1", endpoint_url=URL,
        aws_access_key_id=os.environ["ECHO_KEY"], aws_secret_access_key=os.environ["ECHO_SECRET"],
        config=botocore.config.Config(parameter_validation=False, retries={"max_attempts": 0}, inject_host_prefix=False))
    header_safe = service == "sso"
    good = missing = 0
    for op in client.meta.service_model.operation_names:
        bad = check(client, service, op)
        if bad is None:
            missing += 1
        elif bad:
            failed += 1
            print("FAIL %s %s: %s" % (service, op, "; ".join(bad[:4])[:600]))
        else:
            good += 1
    print("%s: %d operations equal both ways, %d newer than the Go module (botocore %s)" % (service, good, missing, botocore.__version__))
sts = session.create_client("sts", region_name="us-east-1", endpoint_url=URL, aws_access_key_id=os.environ["ECHO_KEY"], aws_secret_access_key=os.environ["ECHO_SECRET"])
for method in ("GET", "POST"):
    url = sts.generate_presigned_url("get_caller_identity", HttpMethod=method)
    if urllib.request.urlopen(urllib.request.Request(url, method=method)).status != 200:
        failed += 1
        print("FAIL presigned", method)
for name in sorted(gap - set(EXPECTED["missing"])):
    failed += 1
    print("FAIL missing in Go, and not in newer.json:", name)
if botocore.__version__ == EXPECTED["botocore"]:
    for name in sorted(set(EXPECTED["missing"]) - gap):
        failed += 1
        print("FAIL in newer.json, but Go has it:", name)
sys.exit(1 if failed else 0)
