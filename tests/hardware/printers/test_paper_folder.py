"""Papers kept as pictures."""

from __future__ import annotations

from datetime import UTC, datetime

from PIL import Image

from hardware.virtual.escpos.paper_folder import PaperFolder

NOON = datetime(2021, 8, 10, 12, tzinfo=UTC)


def test_the_latest_are_kept_even_when_the_clock_stands_still(tmp_path):
    papers = PaperFolder(tmp_path / "papers", keep=3, now=lambda: NOON)
    assert papers.names() == []
    for shade in range(5):
        papers.save(Image.new("L", (8, 8), shade))
    names = papers.names()
    assert len(names) == 3
    assert len(list((tmp_path / "papers").iterdir())) == 3
    with Image.open(papers.path(names[0])) as latest:
        assert latest.getpixel((0, 0)) == 4


def test_only_names_of_papers_lead_to_files(tmp_path):
    papers = PaperFolder(tmp_path / "papers", now=lambda: NOON)
    saved = papers.save(Image.new("1", (8, 8)))
    (tmp_path / "secret.png").write_bytes(b"x")
    (tmp_path / "papers" / "other.png").write_bytes(b"x")
    assert papers.path(saved.name) == saved
    for name in ("../secret.png", "other.png", "", ".", saved.name + "/..", "20210810T120000.000000Z-999999.png"):
        assert papers.path(name) is None
    assert papers.names() == [saved.name]
