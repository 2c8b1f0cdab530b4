"""Calls with what boto3 finds by itself, until it has used as many access keys as the first argument says."""
import datetime
import json
import sys
import time

import boto3
from botocore.config import Config

want, jump = int(sys.argv[1]), sys.argv[2:] == ["jump"]
session = boto3.Session()
sts = session.client("sts", config=Config(retries={"max_attempts": 1}))
keys, calls, arn = set(), 0, ""
end = time.time() + 60
while len(keys) < want and time.time() < end:
    arn = sts.get_caller_identity()["Arn"]  # raises when it fails
    keys.add(session.get_credentials().get_frozen_credentials().access_key)
    calls += 1
    if jump and calls % 10 == 0:
        session.get_credentials()._expiry_time -= datetime.timedelta(minutes=30)  # as if so much time had gone
    time.sleep(0.1)
print(json.dumps({"keys": len(keys), "calls": calls, "arn": arn}))
