"""The driver of the Python client on the stubs of the contract last released: `previous_driver.py FOLDER_OF_STUBS`."""

import runpy
import sys
from pathlib import Path

DRIVER = Path(__file__).parents[2] / "clients" / "python" / "conformance_driver.py"


def main(stubs):
    """Runs the driver, its thin layer without what the contract does not have."""
    sys.path.insert(0, str(stubs))
    from ftf.resolution.v1 import decision_service_pb2
    from ftf_client import FeedFollower

    assert Path(decision_service_pb2.__file__).is_relative_to(stubs), "the client of today was taken"
    if "consumer" not in decision_service_pb2.WatchDecisionsRequest.DESCRIPTOR.fields_by_name:
        # Nobody has a consumer to acknowledge for.
        FeedFollower._acknowledge = lambda self, cursor: None
    runpy.run_path(str(DRIVER), run_name="__main__")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
