"""What players say about themselves (CTA-5004) is kept for tests, and for nobody else."""

import httpx
import pytest

from headend.asset.model import Asset
from tests.unit.headend.origin_client import FILM, client_of

pytestmark = pytest.mark.anyio


async def test_cmcd_is_kept_for_tests(client: httpx.AsyncClient, asset: Asset) -> None:
    await client.get(f"{FILM}/hls-ts/v90/0.ts?CMCD=br%3D300%2Csid%3D%22x%22")
    await client.get(f"{FILM}/hls-ts/v90/0.ts", headers={"CMCD-Session": 'sid="y"'})
    await client.post("/cmcd", content='e=ps,sta=p\ne=t,sid="z"\n')
    reports = (await client.get("/test/cmcd?clear=1")).json()
    assert [row["mode"] for row in reports] == ["query", "header", "event", "event"]
    assert reports[0]["cmcd"] == 'br=300,sid="x"'
    assert (await client.get("/test/cmcd")).json() == []
    async with client_of([asset], test_mode=False) as public:
        assert (await public.post("/cmcd", content="e=ps")).status_code == 200
        assert (await public.get("/test/cmcd")).status_code == 404
