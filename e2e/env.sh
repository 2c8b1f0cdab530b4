# Sourced by the checks: the tools that setup.sh installs come first.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="$root/.cache/venv/bin:$PATH"
export AWS_EC2_METADATA_DISABLED=true AWS_PAGER=
