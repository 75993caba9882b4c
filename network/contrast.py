"""Contrast between two colours, by the formula of WCAG 2.2 (relative luminance and contrast ratio)."""

CONTRAST_TEXT = 4.5  # success criterion 1.4.3, text of normal size
WHITE = "#ffffff"
LINEAR_BELOW = 0.04045  # of sRGB
TINT = 0.1  # the share of the colour in the pale ground that the stylesheet lays under text of the same colour


def relative_luminance(colour: str) -> float:
    """Luminance 0 to 1 of `#rrggbb`."""
    red, green, blue = (c / 12.92 if c <= LINEAR_BELOW else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: str, other: str) -> float:
    """Ratio 1 to 21 between two colours `#rrggbb`, in either order."""
    light, dark = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tint(colour: str) -> str:
    """White with a little of the colour in it."""
    return "#" + "".join(f"{round(255 * (1 - TINT + TINT * channel)):02x}" for channel in _channels(colour))


def least_contrast(colour: str) -> float:
    """The weakest contrast a municipality's colour meets: on white, under white text, and on its own pale tint."""
    return min(contrast_ratio(colour, WHITE), contrast_ratio(colour, tint(colour)))


def _channels(colour: str) -> list[float]:
    """Red, green and blue from 0 to 1."""
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
