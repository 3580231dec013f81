#include "media/media_probe.h"

#include <gtest/gtest.h>

TEST(MediaProbe, AnEmptyFileIsTruncated) {
  gvw::MediaProbe probe;
  probe.start(0);
  EXPECT_EQ(probe.step().status, gvw::Status::kTruncated);
}
