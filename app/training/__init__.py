"""Order training and directed employment (订单培训、定向就业), one room a step."""
