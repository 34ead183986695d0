from sm_toolkit import Left, Right, function, unleft


Id = int
Result = Left[str] | Right[int]
L = Left
LIMIT = 2


def turned(carried: L[int] | Right[int]) -> L[int] | Right[int]:
    match carried:
        case L(n):
            return Right(n * LIMIT)
        case Right(n):
            return L(n)


@function
def migration(old: Id) -> Result:
    return Right(unleft(turned)(old))
