# everything is in the other file
from residual import *
