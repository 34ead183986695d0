"""A pipeline put on an engine: to be fed by hand (``deploy``), or between a source and a sink (``run``)."""

from sm_toolkit.deploying.deployments import Deployment, deploy
from sm_toolkit.deploying.preparing import DeploymentError
from sm_toolkit.deploying.running import run

__all__ = ["Deployment", "DeploymentError", "deploy", "run"]
