"""Plain typed Python functions become machines: read here, and never run."""

from sm_toolkit.language.functions.decorating import function as function
from sm_toolkit.language.functions.decorating import machine as machine
