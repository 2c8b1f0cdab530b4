"""Reads and writes objects of the bucket todoapp with the credentials that boto3 finds."""
import boto3

s3 = boto3.client("s3")


def read(key):
    return s3.get_object(Bucket="todoapp", Key=key)["Body"].read().decode()


s3.put_object(Bucket="todoapp", Key="more.txt", Body=b"bread")
print(read("list.txt") + ", " + read("more.txt"))
