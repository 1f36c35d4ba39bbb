"""What pip puts on the PATH with an installed package: plates-read and plates-serve."""

from importlib import import_module

from .common.errors import UserError, run_main


def read() -> None:
    """Run plates-read."""
    from .reading.command import main

    run_main(main)


def serve() -> None:
    """Run plates-serve; where the server's packages are missing, say how they are installed."""
    run_main(_import_server)
    from .serving.command import console

    console()


def _import_server() -> None:
    try:
        import_module(".serving.command", __package__)
    except ModuleNotFoundError as error:
        raise UserError(
            f"the server needs {error.name}: run pip install 'plate-pipeline[serve]' (in a checkout: '.[serve]')"
        ) from error
