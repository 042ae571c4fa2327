package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {

  @Test
  void elementsAreInChannelMajorOrder() {
    Shape shape = new Shape(3, 5, 7);

    int next = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 7; x++) {
          assertEquals(next++, shape.index(c, y, x));
        }
      }
    }
    assertEquals(next, shape.size());
  }

  @Test
  void aVectorIsShownAsItsLength() {
    assertEquals("784", Shape.flat(784).toString());
    assertEquals("16x12x12", new Shape(16, 12, 12).toString());
    assertEquals("1x1x2", new Shape(1, 1, 2).toString());
  }

  @Test
  void onlyAVectorIsFlat() {
    assertTrue(Shape.flat(10).isFlat());
    assertEquals(new Shape(10, 1, 1), Shape.flat(10));
    assertFalse(new Shape(1, 1, 10).isFlat());
    assertFalse(new Shape(1, 10, 1).isFlat());
  }

  @Test
  void theLargestShapeIsAllowed() {
    assertEquals(1 << 20, Shape.flat(1 << 20).size());
    assertEquals(1 << 20, new Shape(1 << 4, 1 << 8, 1 << 8).size());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1",
    "1, 0, 1",
    "1, 1, 0",
    "-1, -1, 1",
    "1048577, 1, 1",
    "1024, 1024, 2",
    "65536, 65536, 1",
    "65536, 65536, 65536",
    "2147483647, 2147483647, 2147483647",
    "1048576, 2147483647, 2147483647"
  })
  void anEmptyOrHugeShapeIsRefused(int channels, int height, int width) {
    assertRefused(
        "Shape %dx%dx%d: every side must be at least 1, and the product at most 1048576"
            .formatted(channels, height, width),
        () -> new Shape(channels, height, width));
  }
}
