"""Pool, client, user, sign-in and list of users with boto3, as a script would."""
import json
import sys

import boto3
from botocore.config import Config

c = json.loads(sys.argv[1])
idp = boto3.client("cognito-idp", region_name=c["region"], endpoint_url=c["endpoint"], config=Config(retries={"max_attempts": 1}),
                   aws_access_key_id=c["key"], aws_secret_access_key=c["secret"])
pool = idp.create_user_pool(PoolName="boto3")["UserPool"]["Id"]
client = idp.create_user_pool_client(
    UserPoolId=pool, ClientName="app", GenerateSecret=False,
    ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
idp.admin_create_user(UserPoolId=pool, Username="ann", TemporaryPassword="Temp0rary!pw", MessageAction="SUPPRESS",
                      UserAttributes=[{"Name": "email", "Value": "ann@example.com"}])
first = idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                AuthParameters={"USERNAME": "ann", "PASSWORD": "Temp0rary!pw"})
assert first["ChallengeName"] == "NEW_PASSWORD_REQUIRED", first
assert json.loads(first["ChallengeParameters"]["requiredAttributes"]) == [], first
done = idp.admin_respond_to_auth_challenge(UserPoolId=pool, ClientId=client, ChallengeName=first["ChallengeName"], Session=first["Session"],
                                           ChallengeResponses={"USERNAME": "ann", "NEW_PASSWORD": "Permanent0!pw"})
assert done["AuthenticationResult"]["TokenType"] == "Bearer", done
unsigned = boto3.client("cognito-idp", region_name=c["region"], endpoint_url=c["endpoint"],
                        config=Config(signature_version=__import__("botocore").UNSIGNED, retries={"max_attempts": 1}))
tokens = unsigned.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                AuthParameters={"USERNAME": "ann", "PASSWORD": "Permanent0!pw"})["AuthenticationResult"]
assert unsigned.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ann"
again = unsigned.initiate_auth(ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]})
assert "RefreshToken" not in again["AuthenticationResult"], again
try:
    unsigned.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ann", "PASSWORD": "wrong"})
    raise SystemExit("a wrong password signed in")
except unsigned.exceptions.NotAuthorizedException as e:
    assert e.response["Error"]["Message"] == "Incorrect username or password.", e
users = idp.list_users(UserPoolId=pool)["Users"]
assert [(u["Username"], u["UserStatus"]) for u in users] == [("ann", "CONFIRMED")], users
print("ok")
