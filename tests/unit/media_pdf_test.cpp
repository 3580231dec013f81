#include <gtest/gtest.h>

#include "media/pdf/inflate.h"
#include "support/media_file.h"

namespace gvw::testing {
namespace {

/// A PDF that is written object by object.
class Writer {
 public:
  Writer() { text_ = "%PDF-1.7\n"; }

  void object(std::uint32_t number, std::string_view body) {
    if (offsets_.size() <= number) offsets_.resize(number + 1);
    offsets_[number] = text_.size();
    text_ += std::to_string(number) + " 0 obj\n" + std::string(body) + "\nendobj\n";
  }
  void raw(std::string_view text) { text_ += text; }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] Bytes bytes() const { return bytes_of(text_); }
  [[nodiscard]] std::size_t offset(std::uint32_t number) const { return offsets_[number]; }

  /// A table of all objects, and the end of the file.
  Bytes finish(std::string_view trailer = "") {
    const std::size_t at = text_.size();
    text_ += "xref\n0 " + std::to_string(offsets_.size()) + "\n0000000000 65535 f \n";
    for (std::size_t i = 1; i < offsets_.size(); ++i) {
      std::string digits = std::to_string(offsets_[i]);
      digits.insert(0, 10 - digits.size(), '0');
      text_ += digits + (offsets_[i] == 0 ? " 00000 f \n" : " 00000 n \n");
    }
    text_ += "trailer\n<</Size " + std::to_string(offsets_.size()) + "/Root 1 0 R" + std::string(trailer) + ">>\n";
    text_ += "startxref\n" + std::to_string(at) + "\n%%EOF\n";
    return bytes_of(text_);
  }

 private:
  std::string text_;
  std::vector<std::size_t> offsets_;
};

Writer two_pages() {
  Writer pdf;
  pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
  pdf.object(2, "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/MediaBox[0 0 595 842]/Rotate 90>>");
  pdf.object(3, "<</Type/Page/Parent 2 0 R>>");
  pdf.object(4, "<</Type /Page/Parent 2 0 R/MediaBox [10 10 310 410] /CropBox[0 0 200 300] /Rotate 0/UserUnit 2>>");
  return pdf;
}

TEST(Pdf, PagesInheritAndOverride) {
  const MediaRun run = probe_media(two_pages().finish());
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.pages, 2U);
  ASSERT_EQ(run.pages.size(), 2U);
  EXPECT_EQ(run.pages[0].width, 842);
  EXPECT_EQ(run.pages[0].height, 595);
  // The crop box inside the media box, doubled by the unit.
  EXPECT_EQ(run.pages[1].width, 380);
  EXPECT_EQ(run.pages[1].height, 580);
  EXPECT_EQ(run.facts.width, 595);
  EXPECT_EQ(run.facts.orientation, 6);
  EXPECT_EQ(run.facts.upright_width, 842);
  EXPECT_FALSE(run.facts.repaired);
}

TEST(Pdf, BoxesMayStandElsewhereAndUpsideDown) {
  Writer pdf;
  pdf.object(1, "<</Pages 2 0 R/Type/Catalog>>");
  pdf.object(2, "<</Kids 5 0 R/Count 6 0 R/Type/Pages>>");
  pdf.object(3, "<</Type/Page/MediaBox 7 0 R/Rotate 8 0 R>>");
  pdf.object(5, "[3 0 R]");
  pdf.object(6, "1");
  pdf.object(7, "[612 792.5 0 -0]");
  pdf.object(8, "-90");
  const MediaRun run = probe_media(pdf.finish());
  ASSERT_EQ(run.pages.size(), 1U);
  EXPECT_EQ(run.pages[0].width, 792.5);
  EXPECT_EQ(run.pages[0].height, 612);
  EXPECT_EQ(run.facts.orientation, 8);
}

TEST(Pdf, ABoxThatEnclosesNothingLeavesTheInheritedOne) {
  Writer pdf;
  pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
  pdf.object(2, "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>");
  pdf.object(3, "<</Type/Page/MediaBox[0 0 6 0]>>");
  const MediaRun run = probe_media(pdf.finish());
  ASSERT_EQ(run.step.status, Status::kOk);
  ASSERT_EQ(run.pages.size(), 1U);
  EXPECT_EQ(run.pages[0].width, 595);
  EXPECT_EQ(run.pages[0].height, 842);
}

TEST(Pdf, AChangeSavedLaterCounts) {
  Writer pdf = two_pages();
  const std::size_t before = pdf.size();
  static_cast<void>(pdf.finish());
  const std::size_t changed = pdf.size();
  pdf.raw("2 0 obj\n<</Type/Pages/Count 1/Kids[4 0 R]>>\nendobj\n");
  const std::size_t table = pdf.size();
  std::string digits = std::to_string(changed);
  digits.insert(0, 10 - digits.size(), '0');
  pdf.raw("xref\n2 1\n" + digits + " 00000 n \ntrailer\n<</Size 5/Root 1 0 R/Prev " + std::to_string(before) + ">>\n");
  pdf.raw("startxref\n" + std::to_string(table) + "\n%%EOF\n");
  const MediaRun run = probe_media(pdf.bytes());
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.pages, 1U);
  EXPECT_FALSE(run.facts.repaired);
}

/// Objects 2 to 4 in an object stream, everything found through a cross-reference stream; both without a filter.
Bytes compressed(std::string_view filler = "") {
  Writer pdf;
  pdf.raw(filler);
  pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
  const std::string second = "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/MediaBox[0 0 300 400]>>";
  const std::string third = "<</Type/Page>>";
  const std::string head =
      "2 0 3 " + std::to_string(second.size()) + " 4 " + std::to_string(second.size() + third.size()) + " ";
  const std::string data = head + second + third + third;
  pdf.object(5, "<</Type/ObjStm/N 3/First " + std::to_string(head.size()) + "/Length " + std::to_string(data.size()) +
                    ">>\nstream\n" + data + "\nendstream");
  const std::size_t at = pdf.size();
  Bytes rows;
  const auto row = [&](unsigned kind, std::size_t second_field, unsigned third_field) {
    append_number(rows, kind, 1);
    append_number(rows, second_field, 4);
    append_number(rows, third_field, 1);
  };
  row(0, 0, 0);
  row(1, pdf.offset(1), 0);
  for (unsigned i = 0; i < 3; ++i) row(2, 5, i);
  row(1, pdf.offset(5), 0);
  row(1, at, 0);
  pdf.raw("6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length " + std::to_string(rows.size()) + ">>\nstream\n");
  pdf.raw({reinterpret_cast<const char*>(rows.data()), rows.size()});
  pdf.raw("\nendstream\nendobj\nstartxref\n" + std::to_string(at) + "\n%%EOF\n");
  return pdf.bytes();
}

TEST(Pdf, ObjectStreamsAndCrossReferenceStreams) {
  const MediaRun run = probe_media(compressed());
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.pages, 2U);
  EXPECT_EQ(run.pages[1].height, 400);
  EXPECT_FALSE(run.facts.repaired);
}

TEST(Pdf, WithoutATableTheFileIsSearched) {
  for (const Bytes& whole : {two_pages().finish(), compressed()}) {
    const std::string text = text_of(whole);
    const Bytes file = bytes_of(text.substr(0, text.rfind("startxref")));
    const MediaRun run = probe_media(file);
    ASSERT_EQ(run.step.status, Status::kOk);
    EXPECT_EQ(run.facts.pages, 2U);
    EXPECT_TRUE(run.facts.repaired);
  }
}

TEST(Pdf, OffsetsThatAreWrongAreFoundOut) {
  std::string text = text_of(two_pages().finish());
  text.insert(text.find("3 0 obj"), "% a comment that nobody counted\n");
  const MediaRun run = probe_media(bytes_of(text));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.pages, 2U);
  EXPECT_TRUE(run.facts.repaired);
}

TEST(Pdf, BytesInFrontOfTheHeaderDoNotCount) {
  const MediaRun run = probe_media(joined({bytes_of("\n\nrubbish\n"), two_pages().finish()}));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.pages, 2U);
  EXPECT_FALSE(run.facts.repaired);
}

TEST(Pdf, EncryptionIsRecognised) {
  const MediaRun run = probe_media(two_pages().finish("/Encrypt<</Filter/Standard>>"));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_TRUE(run.facts.encrypted);
  EXPECT_EQ(run.facts.pages, 2U);
}

TEST(Pdf, ATreeThatBitesItsTailEnds) {
  Writer pdf;
  pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
  pdf.object(2, "<</Type/Pages/Count 999999999/Kids[2 0 R 3 0 R 2 0 R]>>");
  pdf.object(3, "<</Type/Page>>");
  const MediaRun run = probe_media(pdf.finish());
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.pages, 1U);
}

TEST(Pdf, ADeepTreeEnds) {
  Writer pdf;
  pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
  for (std::uint32_t i = 2; i < 5000; ++i) {
    pdf.object(i, "<</Type/Pages/Count 1/Kids[" + std::to_string(i + 1) + " 0 R]>>");
  }
  pdf.object(5000, "<</Type/Page>>");
  expect_calm(pdf.finish(), "deep tree");
}

TEST(Pdf, ManyKidsOfOnePageEnd) {
  Writer pdf;
  pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
  std::string kids;
  for (int i = 0; i < 500'000; ++i) kids += "3 0 R ";
  pdf.object(2, "<</Type/Pages/Count 500000/Kids[" + kids + "]>>");
  pdf.object(3, "<</Type/Page>>");
  expect_calm(pdf.finish(), "many kids");
}

TEST(Pdf, DictionariesThatNeverCloseEnd) {
  std::string text = "%PDF-1.4\n";
  for (int i = 1; i < 100'000; ++i) text += std::to_string(i) + " 0 obj<<";
  expect_calm(bytes_of(text), "open dictionaries");
}

TEST(Pdf, TablesThatPointAtEachOtherEnd) {
  Writer pdf;
  pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
  pdf.object(2, "<</Type/Pages/Count 0/Kids[]>>");
  const std::string at = std::to_string(pdf.size());
  const MediaRun run = probe_media(pdf.finish("/Prev " + at + "/XRefStm " + at));
  EXPECT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.pages, 0U);
}

TEST(Pdf, OnlyWhatIsNeededIsRead) {
  Writer pdf;
  pdf.raw("%" + std::string(2'000'000, 'x') + "\n");
  pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
  pdf.object(2, "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 10 10]>>");
  pdf.object(3, "<</Type/Page>>");
  pdf.raw("%" + std::string(2'000'000, 'x') + "\n");
  const MediaRun run = probe_media(pdf.finish());
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_LT(run.bytes, 64U << 10U);
}

TEST(Pdf, DamageIsBoring) {
  expect_calm_in_damage(two_pages().finish(), "pdf");
  expect_calm_in_damage(compressed(), "compressed pdf");
}

TEST(Inflate, StoredFixedAndWhole) {
  // "hello hello hello hello" by zlib.
  const Bytes deflated{0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01, 0x68, 0x03, 0x08, 0xb1};
  Buffer output;
  EXPECT_EQ(pdf::inflate(deflated, 1000, output), Status::kOk);
  EXPECT_EQ(text_of(output.span()), "hello hello hello hello");
  Buffer little_room;
  EXPECT_EQ(pdf::inflate(deflated, 10, little_room), Status::kTooLarge);
  EXPECT_LE(little_room.size(), 10U);
  Buffer cut;
  EXPECT_EQ(pdf::inflate(std::span(deflated).first(8), 1000, cut), Status::kTruncated);
  const Bytes stored{1, 3, 0, 0xfc, 0xff, 'a', 'b', 'c'};
  Buffer copied;
  EXPECT_EQ(pdf::inflate(stored, 1000, copied), Status::kOk);
  EXPECT_EQ(text_of(copied.span()), "abc");
}

}  // namespace
}  // namespace gvw::testing
