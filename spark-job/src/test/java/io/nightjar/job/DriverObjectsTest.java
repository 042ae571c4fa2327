package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That executors can have their results taken the job tests show, on clusters among them. */
class DriverObjectsTest {

  @BeforeAll
  static void narrow() {
    DriverObjects.narrow();
  }

  /** Others in this process have objects of their own. */
  @AfterAll
  static void widen() {
    DriverObjects.widen();
  }

  private static Object sent(Object object) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @Test
  void whatSparkSendsIsTaken() throws Exception {
    assertEquals(List.of("a", 7L), sent(List.of("a", 7L)));
    assertArrayEquals(new long[][] {{1}, {2}}, (long[][]) sent(new long[][] {{1}, {2}}));
    assertEquals(StorageLevel.MEMORY_ONLY(), sent(StorageLevel.MEMORY_ONLY()));
  }

  @Test
  void aClassOfAnotherLibraryIsNot() {
    Object stranger = JsonNodeFactory.instance.objectNode();

    assertThrows(InvalidClassException.class, () -> sent(stranger));
    assertThrows(InvalidClassException.class, () -> sent(List.of(stranger)));
    assertThrows(InvalidClassException.class, () -> sent(new Object[] {stranger}));
  }
}
