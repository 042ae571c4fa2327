package io.nightjar.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.Section;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.Travel;
import io.nightjar.protocols.Protocols;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers what may travel between the processes of a job, and what may not: secrets have
 * serializers that refuse.
 *
 * <p>The job's secret is part of a {@link BroadcastJob}, which is for executors of its owner; by
 * itself it does not travel either.
 */
public final class NightjarKryo implements KryoRegistrator {

  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(BroadcastJob.class, new BroadcastJobSerializer());
    kryo.register(BlockLabel.class, new BlockLabelSerializer());
    kryo.register(JobSecret.class, new Refusing<>("JobSecret"));
    Set<Class<?>> known = new HashSet<>(); // protocols may share types
    for (Protocol protocol : Protocols.all()) {
      for (Travel.Portable<?> portable : protocol.travel().portable()) {
        if (known.add(portable.type())) {
          register(kryo, portable);
        }
      }
      for (Class<?> confined : protocol.travel().confined()) {
        if (known.add(confined)) {
          kryo.register(confined, new Refusing<>(confined.getSimpleName()));
        }
      }
    }
    registerResults(kryo);
  }

  private static <B extends EncryptedBlock> void register(Kryo kryo, Travel.Portable<B> portable) {
    kryo.register(portable.type(), new BlockSerializer<>(portable.form()));
  }

  /** What tasks send back to the driver, many at once. */
  private static void registerResults(Kryo kryo) {
    kryo.register(Section.class, new SectionSerializer());
    kryo.register(Object[].class);
  }

  /** Refuses to write and to read. */
  private static final class Refusing<T> extends Serializer<T> {
    private final String what;

    Refusing(String what) {
      this.what = what;
    }

    @Override
    public void write(Kryo kryo, Output output, T object) {
      throw refused();
    }

    @Override
    public T read(Kryo kryo, Input input, Class<T> type) {
      throw refused();
    }

    private UnsupportedOperationException refused() {
      return new UnsupportedOperationException(what + " stays in its process");
    }
  }

  private static final class BroadcastJobSerializer extends Serializer<BroadcastJob> {
    @Override
    public void write(Kryo kryo, Output output, BroadcastJob model) {
      output.writeString(model.job().toString());
      output.writeString(model.plan());
      writeBytes(output, model.modelJson());
      writeBytes(output, model.posterior());
      writeBytes(output, model.secret());
      writeBytes(output, model.publicKey());
    }

    @Override
    public BroadcastJob read(Kryo kryo, Input input, Class<BroadcastJob> type) {
      return new BroadcastJob(
          UUID.fromString(input.readString()),
          input.readString(),
          readBytes(input),
          readBytes(input),
          readBytes(input),
          readBytes(input));
    }

    private static void writeBytes(Output output, byte[] bytes) {
      output.writeInt(bytes.length);
      output.writeBytes(bytes);
    }

    private static byte[] readBytes(Input input) {
      return input.readBytes(input.readInt());
    }
  }

  private static final class SectionSerializer extends Serializer<Section> {
    @Override
    public void write(Kryo kryo, Output output, Section section) {
      output.writeString(section.name());
      output.writeString(section.file());
      output.writeLong(section.offset());
      output.writeLong(section.bytes());
      output.writeString(section.blake3());
      output.writeString(section.nonce());
    }

    @Override
    public Section read(Kryo kryo, Input input, Class<Section> type) {
      return new Section(
          input.readString(),
          input.readString(),
          input.readLong(),
          input.readLong(),
          input.readString(),
          input.readString());
    }
  }

  private static final class BlockLabelSerializer extends Serializer<BlockLabel> {
    @Override
    public void write(Kryo kryo, Output output, BlockLabel label) {
      output.writeLong(label.job().getMostSignificantBits());
      output.writeLong(label.job().getLeastSignificantBits());
      output.writeLong(label.batch());
      output.writeInt(label.round());
      output.writeInt(label.draw());
      output.writeInt(label.firstCiphertext());
    }

    @Override
    public BlockLabel read(Kryo kryo, Input input, Class<BlockLabel> type) {
      return new BlockLabel(
          new UUID(input.readLong(), input.readLong()),
          input.readLong(),
          input.readInt(),
          input.readInt(),
          input.readInt());
    }
  }

  /** Writes blocks in a form that any process can read. */
  private static final class BlockSerializer<B extends EncryptedBlock> extends Serializer<B> {
    private final Travel.Form<B> form;

    BlockSerializer(Travel.Form<B> form) {
      this.form = form;
    }

    @Override
    public void write(Kryo kryo, Output output, B block) {
      try {
        form.write(block, ExecutorResources.shared(), output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public B read(Kryo kryo, Input input, Class<B> type) {
      try {
        return form.read(ExecutorResources.shared(), input);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
