"""Mistakes that the static checkers must find; each is on a line marked so."""

from sm_toolkit import (
    Int,
    Left,
    Str,
    add,
    const,
    copy,
    delay,
    deploy,
    eq,
    get,
    if_,
    incr,
    let,
    loop,
    not_,
    put,
    show,
    stage,
    step,
    unleft,
    var,
)

counter = get(Int) | get(Int) >> incr >> put(Int)

get(Int) >> not_  # error
get(Str) >> incr  # error
incr >> 3  # error
get(Int) >> add  # error
(get(Int) & get(Int)) >> eq(Str)  # error
incr & "text"  # error
get(Int) >> show(Int) >> put(Int)  # error
const("x") >> incr  # error
if_(incr, show(Int) >> incr)  # error
step(counter, Left(3), 0)  # error
step(counter, Left(None), "zero")  # error
step(incr, 1, None)[0] + "text"  # error
put(3)  # error
let(get(Int), get(Str))  # error
var("x")  # error
unleft(incr)  # error
loop("x", add >> copy(Int))  # error
delay(0) >> get(Str)  # error
stage("count", "zero", counter)  # error
stage("count", 0, counter) >> incr  # error
stage("count", 0, counter) >> stage("more", None, incr)  # error
deploy(counter)  # error
