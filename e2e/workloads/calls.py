"""Calls with what boto3 finds by itself, until it has used as many access keys as the first argument says."""
import json
import os
import sys
import time

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import InstanceMetadataProvider
from botocore.utils import InstanceMetadataFetcher

want = int(sys.argv[1])
core = botocore.session.get_session()
metadata = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")
if metadata:
    # What instance metadata says ends soon, botocore keeps for another twelve to twenty minutes before it asks again. Its
    # own setting for that, at zero, brings the asking into the minutes in which botocore renews at every call.
    window = {"ec2_metadata_service_endpoint": metadata, "ec2_credential_refresh_window": 0}
    provider = InstanceMetadataProvider(InstanceMetadataFetcher(config=window))
    core.get_component("credential_provider").insert_before("iam-role", provider)
session = boto3.Session(botocore_session=core)
sts = session.client("sts", config=Config(retries={"max_attempts": 1}))
keys, calls, arn = set(), 0, ""
end = time.time() + 60
while len(keys) < want and time.time() < end:
    arn = sts.get_caller_identity()["Arn"]  # raises when it fails
    keys.add(session.get_credentials().get_frozen_credentials().access_key)
    calls += 1
    time.sleep(0.1)
print(json.dumps({"keys": len(keys), "calls": calls, "arn": arn}))
