"""Contrast between two colours, by the formula of WCAG 2.2 (relative luminance and contrast ratio)."""

CONTRAST_TEXT = 4.5  # success criterion 1.4.3, text of normal size


def relative_luminance(colour: str) -> float:
    """Luminance 0 to 1 of `#rrggbb`."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: str, other: str) -> float:
    """Ratio 1 to 21 between two colours `#rrggbb`, in either order."""
    light, dark = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
