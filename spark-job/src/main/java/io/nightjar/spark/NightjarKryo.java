package io.nightjar.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.PaillierBlock;
import io.nightjar.crypto.PaillierPublicKey;
import io.nightjar.crypto.PaillierSecretKey;
import io.nightjar.crypto.ResiduePool;
import io.nightjar.crypto.SecretKey;
import io.nightjar.draw.JobSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * What may travel between the processes of a job, and what may not: secrets have serializers that
 * refuse.
 *
 * <p>The job's secret is part of a {@link BroadcastModel}, which is for executors of its owner; by
 * itself it does not travel either.
 */
public final class NightjarKryo implements KryoRegistrator {

  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(BroadcastModel.class, new BroadcastModelSerializer());
    kryo.register(CipherBlock.class, new CipherBlockSerializer());
    kryo.register(BlockLabel.class, new BlockLabelSerializer());
    kryo.register(SecretKey.class, new Refusing<SecretKey>("A secret key"));
    kryo.register(
        PaillierBlock.class, new Refusing<PaillierBlock>("A block of Paillier's ciphertexts"));
    kryo.register(PaillierPublicKey.class, new Refusing<PaillierPublicKey>("A native key"));
    kryo.register(PaillierSecretKey.class, new Refusing<PaillierSecretKey>("A secret key"));
    kryo.register(ResiduePool.class, new Refusing<ResiduePool>("Randomness of encryptions"));
    kryo.register(JobSecret.class, new Refusing<JobSecret>("A job secret"));
    kryo.register(HeContext.class, new Refusing<HeContext>("A native context"));
    registerSparksOwn(kryo);
  }

  /** What Spark itself sends back from a task that wrote through a Hadoop output format. */
  private static void registerSparksOwn(Kryo kryo) {
    for (String name :
        new String[] {
          "org.apache.spark.internal.io.FileCommitProtocol$TaskCommitMessage",
          "org.apache.spark.internal.io.FileCommitProtocol$EmptyTaskCommitMessage$",
        }) {
      try {
        kryo.register(Class.forName(name, false, NightjarKryo.class.getClassLoader()));
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("This Spark has no class " + name, e);
      }
    }
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

  private static final class BroadcastModelSerializer extends Serializer<BroadcastModel> {
    @Override
    public void write(Kryo kryo, Output output, BroadcastModel model) {
      output.writeString(model.job().toString());
      output.writeString(model.plan());
      writeBytes(output, model.modelJson());
      writeBytes(output, model.posterior());
      writeBytes(output, model.secret());
      writeBytes(output, model.publicKey());
    }

    @Override
    public BroadcastModel read(Kryo kryo, Input input, Class<BroadcastModel> type) {
      return new BroadcastModel(
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

  private static final class BlockLabelSerializer extends Serializer<BlockLabel> {
    @Override
    public void write(Kryo kryo, Output output, BlockLabel label) {
      output.writeLong(label.job().getMostSignificantBits());
      output.writeLong(label.job().getLeastSignificantBits());
      output.writeLong(label.batch());
      output.writeInt(label.round());
      output.writeInt(label.draw());
      output.writeInt(label.firstColumn());
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

  /** Blocks in their wire form, with their parameters in front: any process can open those. */
  private static final class CipherBlockSerializer extends Serializer<CipherBlock> {
    @Override
    public void write(Kryo kryo, Output output, CipherBlock block) {
      HeParameters parameters = block.parameters();
      output.writeString(ParameterNumbers.of(parameters).write());
      try {
        new BlockCodec(ExecutorContexts.get(parameters)).write(block, BlockLabel.NONE, output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public CipherBlock read(Kryo kryo, Input input, Class<CipherBlock> type) {
      HeParameters parameters = ParameterNumbers.read(input.readString()).toHeParameters();
      try {
        return new BlockCodec(ExecutorContexts.get(parameters)).read(input, header -> {}).block();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
