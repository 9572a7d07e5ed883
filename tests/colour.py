"""What eyes make of colours: contrast as WCAG 2 has it, distance as CIEDE2000, three simulations of colour blindness.

The formulas are those of Sharma, Wu and Dalal (2005), and the matrices those of Machado, Oliveira and Fernandes (2009)
at severity 1, on linear light.
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""
Lab = tuple[float, float, float]
Matrix = tuple[Lab, Lab, Lab]

NORMAL: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
BLIND: dict[str, Matrix] = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
EYES = {"normal": NORMAL, **BLIND}
XYZ: Matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))


def linear(colour: Colour) -> Lab:
    """The light of a colour, 0 to 1."""
    red, green, blue = (c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)
    return red, green, blue


def times(matrix: Matrix, vector: Lab) -> Lab:
    """A matrix times a vector."""
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def contrast(one: Colour, other: Colour) -> float:
    """From 1 to 21."""
    dark, light = sorted(times(XYZ, linear(colour))[1] for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: Colour, eyes: Matrix) -> Lab:
    """A colour in CIE L*a*b*, white being that of a screen."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in times(eyes, linear(colour)))
    shares = (part / sum(row) for part, row in zip(times(XYZ, (red, green, blue)), XYZ, strict=True))
    x, y, z = (t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29 for t in shares)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: Colour, other: Colour, eyes: Matrix = NORMAL) -> float:
    """How far apart two colours are for some eyes."""
    return distance(seen(one, eyes), seen(other, eyes))


def distance(one: Lab, other: Lab) -> float:
    """CIEDE2000."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    chroma = (hypot(a1, b1) + hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * sqrt(chroma**7 / (chroma**7 + 25**7))
    c1, c2 = hypot(a1 * stretch, b1), hypot(a2 * stretch, b2)
    h1, h2 = (degrees(atan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    if abs(h2 - h1) == 180 and c1 * c2:
        turn = h2 - h1
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if c1 * c2 == 0 else ((h1 + h2) / 2 + (180 if abs(h1 - h2) > 180 else 0)) % 360
    t = 1 - 0.17 * cos(radians(mean_h - 30)) + 0.24 * cos(radians(2 * mean_h))
    t += 0.32 * cos(radians(3 * mean_h + 6)) - 0.20 * cos(radians(4 * mean_h - 63))
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    twist = -2 * sqrt(mean_c**7 / (mean_c**7 + 25**7)) * sin(radians(60 * exp(-(((mean_h - 275) / 25) ** 2))))
    lightness, colour = (l2 - l1) / s_l, (c2 - c1) / s_c
    hue = 2 * sqrt(c1 * c2) * sin(radians(turn) / 2) / s_h
    return sqrt(lightness**2 + colour**2 + hue**2 + twist * colour * hue)
