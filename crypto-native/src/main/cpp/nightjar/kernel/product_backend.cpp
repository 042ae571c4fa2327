#include "nightjar/kernel/product_backend.h"

#include <algorithm>
#include <utility>

#include "nightjar/error.h"
#include "nightjar/kernel/dispatch.h"
#include "nightjar/memory.h"

namespace nightjar::kernel {
namespace {

/// Products by one of this processor's microkernels.
class MicrokernelBackend final : public ProductBackend {
public:
    explicit MicrokernelBackend(const Microkernel &microkernel) : microkernel_(microkernel) {}

    const Microkernel &microkernel() const { return microkernel_; }
    const char *name() const override { return microkernel_.name; }
    std::size_t panel_width() const override { return static_cast<std::size_t>(microkernel_.lanes); }
    std::unique_ptr<LoadedLayer> load(LayerArrays layer, const std::vector<Modulus> &moduli) const override;

private:
    const Microkernel &microkernel_;
};

class MicrokernelPreparedLayer final : public PreparedLayer {
public:
    template <typename... Arguments>
    explicit MicrokernelPreparedLayer(Arguments &&...arguments) : product_(std::forward<Arguments>(arguments)...) {}

    void multiply(std::size_t limb, int width, const std::uint64_t *input, std::size_t input_stride,
                  std::uint64_t *output, std::size_t output_stride, bool biased, bool read_soon) override {
        product_.multiply(limb, width, input, input_stride, output, output_stride, biased, read_soon);
    }

private:
    PreparedProduct product_;
};

/// Keeps the weights as they come: expanded for a microkernel they would take twice the memory, and expanding them for
/// each product takes a hundredth of its time with polynomials of degree 2048, and less with larger ones. They are
/// secret, and overwritten in the end.
class MicrokernelLayer final : public LoadedLayer {
public:
    MicrokernelLayer(const MicrokernelBackend &backend, LayerArrays layer, const std::vector<Modulus> &moduli)
        : LoadedLayer(backend, layer.rows, layer.terms, std::move(layer.gathered), moduli),
          microkernel_(backend.microkernel()),
          weights_(std::move(layer.weights)) {}
    ~MicrokernelLayer() override { wipe(weights_.data(), weights_.size() * sizeof(std::int32_t)); }

    bool multiply(const Tile &tile, const ColumnLayout &layout, const std::uint64_t *input, std::size_t input_columns,
                  const std::uint64_t *addends, std::uint64_t *output, const ShouldStop &should_stop) const override {
        return integer_product(microkernel_, view(), tile, moduli(), layout, input, input_columns, addends, output,
                               should_stop);
    }

    std::unique_ptr<PreparedLayer> prepare(std::size_t limbs, std::size_t input_columns,
                                           const std::uint64_t *addends) const override {
        return std::make_unique<MicrokernelPreparedLayer>(microkernel_, view(), moduli(), limbs, input_columns,
                                                          addends);
    }

private:
    IntegerLayer view() const { return {rows(), terms(), gathers(), weights_.data(), gathered().data()}; }

    const Microkernel &microkernel_;
    std::vector<std::int32_t> weights_;
};

std::unique_ptr<LoadedLayer> MicrokernelBackend::load(LayerArrays layer, const std::vector<Modulus> &moduli) const {
    return std::make_unique<MicrokernelLayer>(*this, std::move(layer), moduli);
}

}  // namespace

LoadedLayer::LoadedLayer(const ProductBackend &backend, std::size_t rows, std::size_t terms,
                         std::vector<std::uint32_t> gathered, std::vector<Modulus> moduli)
    : backend_(backend), rows_(rows), terms_(terms), gathered_(std::move(gathered)), moduli_(std::move(moduli)) {
    for (const std::uint32_t column : gathered_) {
        if (column != IntegerLayer::kNoColumn) {
            columns_ = std::max(columns_, std::size_t{column} + 1);
        }
    }
}

const std::vector<const ProductBackend *> &backends() {
    static const std::vector<MicrokernelBackend> all = [] {
        std::vector<MicrokernelBackend> made;
        for (const Microkernel *microkernel : supported()) {
            made.emplace_back(*microkernel);
        }
        return made;
    }();
    static const std::vector<const ProductBackend *> pointers = [] {
        std::vector<const ProductBackend *> list;
        for (const MicrokernelBackend &backend : all) {
            list.push_back(&backend);
        }
        return list;
    }();
    return pointers;
}

const ProductBackend &backend_of(const Microkernel &microkernel) {
    for (std::size_t i = 0; i < supported().size(); ++i) {
        if (supported()[i] == &microkernel) {
            return *backends()[i];
        }
    }
    throw Error(ErrorKind::kInvalidArgument,
                std::string("no backend multiplies with kernel '") + microkernel.name + "' on this processor");
}

}  // namespace nightjar::kernel
