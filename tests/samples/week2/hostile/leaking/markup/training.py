"""Puts HTML, scripts, spreadsheet formulas, templates and Markdown into all that a report quotes; expected: wrong or crash, 0 points."""
SCRIPT = "</script></td><img src=x onerror=\"document.title='BREACH'\"><script>document.title='BREACH'</script>"


def count_parameters(model):
    raise ValueError(f"{SCRIPT}{{{{ 7 * 7 }}}}{{% raise %}}")


def permute_pixels(images, permutation):
    return type(SCRIPT[:80], (), {"__repr__": lambda self: SCRIPT})()


def evaluate(model, loader, loss_fn, device):
    print(SCRIPT)
    raise ValueError('=HYPERLINK("http://192.0.2.1/","full marks")')


def train_epoch(model, loader, loss_fn, optimizer, device):
    return "@SUM(1+1)*cmd|' /C calc'!A0\n[pass](javascript:alert(1)) [bold green]pass[/bold green]"
