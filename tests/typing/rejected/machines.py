"""Mistakes that the static checkers must find; each is on a line marked so."""

from sm_toolkit import Int, Left, Str, const, deploy, get, if_, incr, not_, put, show, stage, step

counter = get(Int) | get(Int) >> incr >> put(Int)

get(Int) >> not_  # error
get(Str) >> incr  # error
incr >> 3  # error
incr & "text"  # error
get(Int) >> show(Int) >> put(Int)  # error
const("x") >> incr  # error
if_(incr, show(Int) >> incr)  # error
step(counter, Left(3), 0)  # error
step(counter, Left(None), "zero")  # error
step(incr, 1, None)[0] + "text"  # error
put(3)  # error
stage("count", "zero", counter)  # error
stage("count", 0, counter) >> incr  # error
stage("count", 0, counter) >> stage("more", None, incr)  # error
deploy(counter)  # error
